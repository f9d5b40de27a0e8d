"""Internal processes: versions, validation, pictures, BPMN."""
