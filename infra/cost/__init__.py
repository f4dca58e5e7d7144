"""The cost of teamwire on AWS, and the quotas that it meets: from measurements, prices,
assumptions.
"""
