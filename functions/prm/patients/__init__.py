"""Patients, how to reach them, and what happened to them: visits and episodes of care."""
