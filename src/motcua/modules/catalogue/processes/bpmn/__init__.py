"""Processes as BPMN 2.0 files: written so that common modellers open them, read even when drawn elsewhere."""

from motcua.modules.catalogue.processes.bpmn.reading import parse_bpmn
from motcua.modules.catalogue.processes.bpmn.writing import to_bpmn

__all__ = ["parse_bpmn", "to_bpmn"]
