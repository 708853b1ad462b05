"""Answers and what the official evaluations of VQA and MMMU make of them.

python make_reference.py VQAEVAL MMMUEVAL
with PythonEvaluationTools/vqaEvaluation/vqaEval.py of github.com/GT-Vision-Lab/VQA and eval/eval_utils.py of
github.com/MMMU-Benchmark/MMMU. Writes consensus.json (people's answers, an answer, its accuracy and form) and open.json.
"""

import json
import random
import re
import sys

WORDS = ["a", "the", "An", "red", "Red", "two", "2", "none", "zero", "ten", "dont", "don't", "wouldntve", "couldnt've", "its",
         "yall", "y'all'd", "o'clock", "oclock", "T-shirt", "t shirt", "U.S.", "3.5", "1,000", "10%", "#5", "cat/dog", "(left)",
         "left", "yes", "Yes.", "no", "no!", "what?", "b&w", "a-b", "x_y", "'tis", "theyve", "theres", "somebody'd", "10,000.5",
         "end.", ".5", "a.m.", "...", "; ", "\"hi\"", "`", "[x]", "{y}", "<z>", "=1", "+", "\\", "@home", ",", "?", "-"]


def load(path, text=None):
    module = type(sys)("reference")
    exec(compile(text or open(path, encoding="utf-8").read(), path, "exec"), module.__dict__)
    return module


def python3(source):
    """The official file is Python 2; only its messages are in the way."""
    return re.sub(r'print "([^"]*)"', r'print("\1")', source)


def answer(rng):
    words = [rng.choice(WORDS) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    return rng.choice([" ", " ", "  ", "\n", "\t", ""]).join(words)


class Data:
    def __init__(self, qa):
        self.qa = qa

    def getQuesIds(self):
        return list(self.qa)


def consensus(reference):
    rng = random.Random(3)
    cases = []
    for i in range(400):
        pool = [answer(rng) for _ in range(rng.choice([1, 2, 3, 4]))]
        people = [rng.choice(pool) for _ in range(10)]
        given = rng.choice(pool + [answer(rng), rng.choice(pool).lower(), "the " + rng.choice(pool)])
        answers = [{"answer": text, "answer_id": j} for j, text in enumerate(people)]
        gts = Data({0: {"answers": answers, "question_type": "x", "answer_type": "y"}})
        tool = reference.VQAEval(gts, Data({0: {"answer": given}}), n=6)
        form = tool.processDigitArticle(tool.processPunctuation(given.replace("\n", " ").replace("\t", " ").strip()))
        tool.updateProgress = lambda share: None
        tool.evaluate()
        cases.append({"answers": people, "answer": given, "accuracy": tool.evalQA[0] / 100, "form": form})
    return cases


def open_answers(reference):
    replies = ["The answer is 12.5.", "So x = 1,200 and therefore the result is $1,200", "I think it is a Baroque church.",
               "8", "It could be 3.14159", "1e3", "thus, the final answer is -4", "B", "not sure", "is it? no", "the mass is 2 kg\nso 3 kg",
               "42 apples", "= 7", "y=7", "answer 0.333", "", "Answer:", "a result of .5", "1,2,3"]
    expected = [["12.5"], ["1200"], ["baroque"], ["8"], ["3.14"], ["1000"], ["-4"], ["b"], ["7", "seven"], ["3 kg"], ["0.33"], ["0.5"], ["2"]]
    return [{"reply": r, "expected": e, "right": bool(reference.eval_open(e, reference.parse_open_response(r)))}
            for r in replies for e in expected]


def main():
    vqa = load(sys.argv[1], python3(open(sys.argv[1], encoding="utf-8").read()))
    mmmu = load(sys.argv[2])
    for name, cases in (("consensus.json", consensus(vqa)), ("open.json", open_answers(mmmu))):
        with open(name, "w", encoding="utf-8") as file:
            file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
