"""A laboratory's week, simulated: every act through the services that the pages call, everything marked as made up."""
