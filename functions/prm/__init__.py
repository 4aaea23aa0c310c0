"""Open PRM: patient relationship management for rehab-therapy clinics."""
