"""One row a dossier: what of it was digitised, reused and issued electronically.

The rates are over dossiers received or resolved, so the row is of the dossier, whose tables (a lower tier's) are joined
here; what was done to its papers is this room's. `queries.states_of` says the same of one dossier, and a test holds
the two together.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from motcua.engine.figures.api import FactShape, FactWords
from motcua.modules.records.events import OF_DOSSIERS

# Days are those of Viet Nam. A dossier not yet received has no `received_on`; `result_on` is the day processing ended
# with a result (status 9 or 10), which is what must be issued electronically when the procedure gives a document.
SHAPE = FactShape(
    "records_dossiers",
    {
        "dossier": "text",
        "unit": "text",
        "receiving_unit": "text",
        "procedure": "text",
        "field": "text",
        "channel": "integer",
        "received_on": "date",
        "ended_on": "date",
        "result_on": "date",
        "components_total": "integer",
        "components_digitised": "integer",
        "components_certified": "integer",
        "digitised": "flag",
        "with_files": "flag",
        "reused_count": "integer",
        "reused": "flag",
        "register_data": "flag",
        "national_store": "flag",
        "population_data": "flag",
        "result_document": "flag",
        "result_file": "flag",
        "electronic": "flag",
        "electronic_on": "date",
        "delivered": "flag",
        "delivered_on": "date",
    },
    key="dossier",
    unit="unit",
)
# After these events, whose subject is the dossier, its row is read anew.
EVENTS = OF_DOSSIERS
# What is exempt is not counted, unless it was exempt because it is electronic already. Of a paper handed in online the
# file is the paper. A register or a paper of the store in the place of a component needs no scan.
SQL = """
WITH papers AS (
    SELECT paper.dossier_id,
        count(*) FILTER (WHERE seen.done OR seen.state <> 'exempt') AS total,
        count(*) FILTER (WHERE seen.done) AS digitised,
        count(*) FILTER (WHERE seen.state = 'certified') AS certified,
        bool_or(seen.done OR scan.file_id IS NOT NULL OR paper.file_id IS NOT NULL) AS filed,
        count(reuse.id) AS reused,
        bool_or(paper.source <> '' OR coalesce(reuse.register_code, '') <> '') AS register_data,
        bool_or(reuse.register_code = 'national-store') AS national_store,
        bool_or(reuse.register_code = 'population' OR position('dân cư' IN lower(paper.source)) > 0) AS population
    FROM dossiers_component paper
    JOIN dossiers_dossier whose ON whose.id = paper.dossier_id
    LEFT JOIN records_digitisation scan ON scan.dossier_uid = whose.uid AND scan.number = paper.number
    LEFT JOIN records_reuse reuse
        ON reuse.dossier_uid = whose.uid AND reuse.number = paper.number AND reuse.state = 'used'
    CROSS JOIN LATERAL (
        SELECT coalesce(scan.state, 'due') AS state,
            reuse.id IS NOT NULL OR paper.source <> '' OR coalesce(scan.state, 'due') IN ('accepted', 'certified')
            OR (scan.state = 'exempt' AND scan.ground = 'electronic')
            OR (coalesce(scan.state, 'due') = 'due' AND whose.channel = 2 AND paper.file_id IS NOT NULL) AS done
    ) seen
    WHERE whose.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR whose.uid = ANY(%(uids)s))
        AND paper.present
    GROUP BY paper.dossier_id
), versions AS (
    SELECT version.id,
        coalesce(bool_or(coalesce((result.value ->> 'document')::boolean, true)), true) AS document
    FROM catalogue_version version
    LEFT JOIN LATERAL jsonb_array_elements(coalesce(version.content -> 'results', '[]'::jsonb)) result ON true
    WHERE version.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR version.id IN (
        SELECT version_id FROM dossiers_dossier WHERE province_id = %(province)s AND uid = ANY(%(uids)s)))
    GROUP BY version.id
)
SELECT dossier.uid::text AS dossier,
    dossier.unit_code AS unit,
    dossier.received_code AS receiving_unit,
    dossier.procedure_code AS procedure,
    dossier.field_code AS field,
    dossier.channel::integer AS channel,
    (dossier.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS received_on,
    (dossier.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS ended_on,
    CASE WHEN dossier.status IN (9, 10) THEN (dossier.ended_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date END AS result_on,
    coalesce(papers.total, 0)::integer AS components_total,
    coalesce(papers.digitised, 0)::integer AS components_digitised,
    coalesce(papers.certified, 0)::integer AS components_certified,
    coalesce(papers.total > 0 AND papers.digitised = papers.total, false) AS digitised,
    coalesce(papers.filed, false) AS with_files,
    coalesce(papers.reused, 0)::integer AS reused_count,
    coalesce(papers.reused > 0, false) AS reused,
    coalesce(papers.register_data, false) AS register_data,
    coalesce(papers.national_store, false) AS national_store,
    coalesce(papers.population, false) AS population_data,
    coalesce(versions.document, true) AS result_document,
    electronic.id IS NOT NULL OR result.file_id IS NOT NULL AS result_file,
    electronic.id IS NOT NULL AS electronic,
    (electronic.issued_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS electronic_on,
    electronic.delivered_at IS NOT NULL AS delivered,
    (electronic.delivered_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS delivered_on
FROM dossiers_dossier dossier
LEFT JOIN papers ON papers.dossier_id = dossier.id
LEFT JOIN versions ON versions.id = dossier.version_id
LEFT JOIN dossiers_dossierresult result ON result.dossier_id = dossier.id
LEFT JOIN records_electronicresult electronic
    ON electronic.dossier_uid = dossier.uid AND electronic.state = 'issued'
WHERE dossier.province_id = %(province)s AND (%(uids)s::uuid[] IS NULL OR dossier.uid = ANY(%(uids)s))
"""

WORDS = FactWords(
    record=gettext_noop("hồ sơ"),
    columns={
        "unit": gettext_noop("đơn vị giải quyết"),
        "procedure": gettext_noop("thủ tục"),
        "field": gettext_noop("lĩnh vực"),
        "receiving_unit": gettext_noop("đơn vị tiếp nhận"),
        "channel": gettext_noop("cách nộp"),
        "received_on": gettext_noop("ngày tiếp nhận"),
        "ended_on": gettext_noop("ngày kết thúc xử lý"),
        "result_on": gettext_noop("ngày có kết quả"),
        "components_total": gettext_noop("số giấy tờ phải số hóa"),
        "components_digitised": gettext_noop("số giấy tờ đã số hóa"),
        "components_certified": gettext_noop("số giấy tờ số hóa có ký số"),
        "digitised": gettext_noop("đã số hóa đủ giấy tờ"),
        "with_files": gettext_noop("có tệp giấy tờ"),
        "reused_count": gettext_noop("số giấy tờ dùng lại"),
        "reused": gettext_noop("dùng lại giấy tờ số hóa"),
        "register_data": gettext_noop("dùng dữ liệu thay giấy tờ"),
        "national_store": gettext_noop("lấy từ kho dữ liệu quốc gia"),
        "population_data": gettext_noop("lấy từ dữ liệu dân cư"),
        "result_document": gettext_noop("kết quả là văn bản"),
        "result_file": gettext_noop("có tệp kết quả"),
        "electronic": gettext_noop("có kết quả điện tử"),
        "electronic_on": gettext_noop("ngày cấp kết quả điện tử"),
        "delivered": gettext_noop("đã trả vào kho của người nộp"),
        "delivered_on": gettext_noop("ngày trả vào kho"),
    },
    values={
        "channel": {
            "1": gettext_noop("trực tiếp"),
            "2": gettext_noop("trực tuyến"),
            "3": gettext_noop("bưu chính công ích"),
        }
    },
    cuts=("field", "procedure", "channel"),
)
