"""What `./run`, `./test` and CI stand on: the environment, the services and the processes.

Plain Python and its standard library only: it starts before anything is installed.
"""
