"""What watches the installation asks here."""
