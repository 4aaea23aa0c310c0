"""What became of mails: deliveries, bounces, complaints."""
