"""Lambda's part of a function in Python: a batch a line, its answer a line."""

import importlib
import json
import sys
from types import SimpleNamespace

sys.path.insert(0, ".")
module, _, name = sys.argv[1].partition(".")
handler = getattr(importlib.import_module(module), name)
context = SimpleNamespace(
    aws_request_id="1",
    function_name=module,
    # Of a run that was killed, Powertools lets the next one in after that.
    get_remaining_time_in_millis=lambda: 2_000,
)
for line in sys.stdin:
    print(json.dumps(handler(json.loads(line), context)), flush=True)
