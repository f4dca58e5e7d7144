"""What teamwire costs on AWS, and which quotas it meets: from measurements, prices, assumptions."""
