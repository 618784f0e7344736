"""Outside files turned into rows and faults: the return, its companions, the school register."""
