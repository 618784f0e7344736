"""What people do about who belongs where: seats, invitations, handing over."""
