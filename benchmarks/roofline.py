#!/usr/bin/env python3
"""Draws the linear kernels under the machine's roof, from the JSON of the JMH benchmark.

    benchmarks/jmh LinearBenchmark -rf json -rff linear.json
    python3 benchmarks/roofline.py linear.json --bandwidth 45 > docs/figures/roofline.svg

x: operations for each byte that is read, y: operations a second. --bandwidth is in GB/s, as `vlm bench` prints it.
The flat roof is the best product that was measured in float32.
"""
import argparse
import json
import math
import sys

BYTES = {"FP32": 4, "BF16": 2, "FP16": 2, "INT8": 1}
COLOURS = {"FP32": "#1b6ca8", "BF16": "#2a9d5c", "FP16": "#d08700", "INT8": "#b5342c"}
LEFT, TOP, WIDTH, HEIGHT = 70, 30, 640, 380
X_RANGE, Y_RANGE = (0.25, 1024), (4, 4096)


def points(results):
    """(precision, rows, shape, operations a byte, GFLOP/s) of each result."""
    for result in results:
        given = result["params"]
        inputs, outputs = map(int, given["shape"].split("x"))
        rows, precision = int(given["rows"]), given["precision"]
        operations = 2 * rows * inputs * outputs
        read = inputs * outputs * BYTES[precision] + 4 * rows * (inputs + outputs)
        yield precision, rows, given["shape"], operations / read, operations / result["primaryMetric"]["score"] / 1e6


def place(value, bounds, start, length):
    low, high = map(math.log, bounds)
    return start + length * (math.log(min(max(value, bounds[0]), bounds[1])) - low) / (high - low)


def x_of(intensity):
    return place(intensity, X_RANGE, LEFT, WIDTH)


def y_of(rate):
    return place(rate, Y_RANGE, TOP + HEIGHT, -HEIGHT)


def draw(measured, bandwidth):
    peak = max(rate for precision, _, _, _, rate in measured if precision == "FP32")
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 130} {TOP + HEIGHT + 60}" font-family="sans-serif" font-size="12">']
    out.append('<rect width="100%" height="100%" fill="white"/>')
    for power in range(-2, 11, 2):
        x = x_of(2.0**power)
        out.append(f'<path d="M{x:.1f} {TOP}V{TOP + HEIGHT}" stroke="#ddd"/><text x="{x:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{2.0**power:g}</text>')
    for power in range(2, 13, 2):
        y = y_of(2.0**power)
        out.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + WIDTH}" stroke="#ddd"/><text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{2**power}</text>')
    ridge = peak / bandwidth
    start = max(X_RANGE[0], Y_RANGE[0] / bandwidth)
    out.append(
        f'<path d="M{x_of(start):.1f} {y_of(start * bandwidth):.1f}L{x_of(ridge):.1f} {y_of(peak):.1f}H{LEFT + WIDTH}" '
        'fill="none" stroke="black" stroke-width="1.5"/>')
    out.append(f'<text x="{x_of(ridge) + 6:.1f}" y="{y_of(peak) - 8:.1f}">float32 {peak:.0f} GFLOP/s</text>')
    out.append(f'<text x="{x_of(0.3):.1f}" y="{y_of(0.3 * bandwidth) - 24:.1f}">memory {bandwidth:g} GB/s</text>')
    for precision, rows, shape, intensity, rate in measured:
        out.append(
            f'<circle cx="{x_of(intensity):.1f}" cy="{y_of(rate):.1f}" r="4.5" fill="{COLOURS[precision]}" fill-opacity="0.75">'
            f"<title>{precision} {shape}, {rows} rows: {rate:.0f} GFLOP/s</title></circle>")
    for i, (precision, colour) in enumerate(COLOURS.items()):
        y = TOP + 20 + 22 * i
        out.append(f'<circle cx="{LEFT + WIDTH + 24}" cy="{y}" r="5" fill="{colour}"/><text x="{LEFT + WIDTH + 36}" y="{y + 4}">{precision.lower()}</text>')
    out.append(f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 44}" text-anchor="middle">operations a byte</text>')
    out.append(f'<text transform="translate(18 {TOP + HEIGHT / 2}) rotate(-90)" text-anchor="middle">GFLOP/s</text></svg>')
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    parser.add_argument("--bandwidth", type=float, required=True)
    options = parser.parse_args()
    with open(options.results, encoding="utf-8") as file:
        measured = list(points(json.load(file)))
    sys.stdout.write(draw(measured, options.bandwidth) + "\n")


if __name__ == "__main__":
    main()
