"""What is to be watched and who is to be told: by the file, the web, the API or a command."""
