"""The cover list: for whoever keeps a rota, who has to be released from it when."""
