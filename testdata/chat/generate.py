"""Writes cases.json: what Jinja, set up as transformers sets it up, makes of the templates here.

Needs jinja2. The messages have plain text for the text templates and lists of parts for the others.
"""
import json, pathlib
from jinja2.exceptions import TemplateError
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment


def refuse(message):
    raise TemplateError(message)


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        next(parser.stream)
        return parser.parse_statements(["name:endgeneration"], drop_needle=True)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
environment.filters["tojson"] = lambda x, indent=None: json.dumps(x, ensure_ascii=False, indent=indent)
environment.globals["raise_exception"] = refuse

PARTS = {"gemma", "parts"}
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
CHATS = {
    "question": [("user", "What is this?")],
    "system": [("system", " Be brief. "), ("user", "  Who are you?  ")],
    "turns": [("user", "Hello\nthere"), ("assistant", "Hi, {{ 1 + 1 }} {% raw %} <b>&amp;</b>"), ("user", "A tree?")],
    "long": [("system", "You see."), ("user", "a"), ("assistant", "b \u00e9\U0001f600"), ("user", "c's \"d\"\\")],
    "wrong": [("user", "one"), ("user", "two")],
    "robot": [("robot", "beep")],
}


def content(name, text):
    return [{"type": "text", "text": text}] if name in PARTS else text


cases = []
for path in sorted(pathlib.Path(__file__).parent.glob("*.jinja")):
    template = environment.from_string(path.read_text(encoding="utf-8"))
    for chat, turns in CHATS.items():
        messages = [{"role": role, "content": content(path.stem, text)} for role, text in turns]
        for generate in (False, True):
            case = {"template": path.name, "chat": chat, "messages": messages, "add_generation_prompt": generate}
            try:
                case["prompt"] = template.render(messages=messages, add_generation_prompt=generate, **TOKENS)
            except TemplateError as error:
                case["refusal"] = str(error)
            cases.append(case)
out = pathlib.Path(__file__).parent / "cases.json"
out.write_text("[\n" + ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases) + "\n]\n", encoding="utf-8")
