"""Writes the prompts of features.json anew: what Jinja, set up as transformers sets it up, makes of the templates.

Needs transformers (for its Jinja environment). Edit a template or its messages in features.json, then run this.
"""
import json, pathlib
from transformers.utils.chat_template_utils import _compile_jinja_template as compile_template

path = pathlib.Path(__file__).with_name("features.json")
cases = json.loads(path.read_text(encoding="utf-8"))
for case in cases:
    case["prompt"] = compile_template(case["template"]).render(messages=case["messages"])
path.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
