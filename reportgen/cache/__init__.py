"""What is kept between builds: coded blocks and results that do not depend on the customers."""
