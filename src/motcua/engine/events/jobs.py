"""The sealer: every two seconds, in each worker; an advisory lock lets one at a time do it."""

from motcua.engine.events.sealing import seal_all
from motcua.engine.jobs.api import every

SEAL_EVERY = 2.0

every(SEAL_EVERY, "events.seal", "Niêm phong nhật ký sự kiện")(seal_all)
