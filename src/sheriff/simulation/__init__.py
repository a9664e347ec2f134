"""Simulated calls: what Vapi sends in the course of a telephone call, to any running service."""

from sheriff.simulation.parcels import Parcel, demo_parcels, read_parcels
from sheriff.simulation.placing import Simulation, place_calls
from sheriff.simulation.script import Scenario
from sheriff.simulation.tally import CallResult, Summary

__all__ = [
    "CallResult",
    "Parcel",
    "Scenario",
    "Simulation",
    "Summary",
    "demo_parcels",
    "place_calls",
    "read_parcels",
]
