"""Time to equal error: Tilth's path tracer against Blender's Cycles, on the same scenes, camera and light.

    blender -b --factory-startup --disable-autoexec --python bench/cycles.py -- \
        --scenes SCENES.json --out DIR [--only A,B] [--width 256] [--samples 16,64] [--reference 1024] [--rounds 3]

Debian: apt install blender python3-numpy. Both render by the processor with all cores, fixed samples, a box filter of
one pixel, the same number of bounces, no denoiser and no adaptive sampling. Each one's error is measured against its
own converged picture, so that different material models do not count. Cycles' time is what more samples take than one
sample, so that its preparation does not count; Tilth's is that of sampling alone.

What is compared is the time to the error that Cycles has at its most samples, by a line through log error over log
time. Rounds are interleaved; the ratio (below 1: Tilth is faster) is printed as median [least ... most].
"""
import argparse
import json
import math
import os
import subprocess
import sys
import time

import bpy
import numpy as np

if not hasattr(np, "bool"):
    np.bool = bool  # which Blender 3.4's glTF importer still names

TILTH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tilth")
DEFAULT = "FlightHelmet,CornellBox,ChessBoard,JungleScene,DreamApartment"
BOUNCES = 8


def arguments():
    parser = argparse.ArgumentParser(prog="cycles.py")
    parser.add_argument("--scenes", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", default=DEFAULT)
    parser.add_argument("--width", type=int, default=256, help="of the pictures, in pixels")
    parser.add_argument("--samples", default="16,64", help="two or more counts of samples")
    parser.add_argument("--reference", type=int, default=1024, help="samples of the converged pictures")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tilth", default=TILTH, help="the program whose 'bench render' is measured")
    given = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
    options = parser.parse_args(given)
    options.samples = sorted(int(n) for n in options.samples.split(","))
    if len(options.samples) < 2 or options.samples[0] < 2:
        parser.error("--samples takes two or more counts, each at least 2: a line is drawn between their errors")
    return options


def to_blender(v):
    """glTF's axes (+Y up) to Blender's (+Z up)."""
    return np.array([v[0], -v[2], v[1]], dtype=float)


def look(camera, entry):
    import mathutils

    position = to_blender(entry["camera"]["position"])
    forward = to_blender(entry["camera"]["target"]) - position
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, to_blender(entry["camera"]["up"]))
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    rows = [[right[i], up[i], -forward[i], position[i]] for i in range(3)] + [[0, 0, 0, 1]]
    camera.matrix_world = mathutils.Matrix(rows)
    camera.data.sensor_fit = "VERTICAL"
    camera.data.angle = math.radians(entry["camera"]["vfov_deg"])
    reach = float(np.linalg.norm(forward)) + float(np.linalg.norm(position))
    camera.data.clip_start = reach * 1e-5
    camera.data.clip_end = reach * 1e4


def light(scene, entry, folder):
    world = bpy.data.worlds.new("light")
    scene.world = world
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    if entry["environment"] is None:
        background.inputs[1].default_value = 0
        return
    picture = world.node_tree.nodes.new("ShaderNodeTexEnvironment")
    picture.image = bpy.data.images.load(os.path.join(folder, entry["environment"]))
    world.node_tree.links.new(picture.outputs[0], background.inputs[0])


def load(entry, folder, options):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    bpy.ops.import_scene.gltf(filepath=os.path.join(folder, entry["model"]))
    camera = bpy.data.objects.new("view", bpy.data.cameras.new("view"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    look(camera, entry)
    light(scene, entry, folder)
    render = scene.render
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y = size(entry, options)
    render.resolution_percentage = 100
    render.film_transparent = True
    render.use_persistent_data = True
    render.threads_mode = "FIXED"
    render.threads = os.cpu_count()
    render.image_settings.file_format = "OPEN_EXR"
    render.image_settings.color_depth = "32"
    render.image_settings.color_mode = "RGBA"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = False
    cycles.use_auto_tile = False
    cycles.pixel_filter_type = "BOX"
    cycles.sample_clamp_indirect = 0
    for kind in ("max_bounces", "diffuse_bounces", "glossy_bounces", "transmission_bounces"):
        setattr(cycles, kind, BOUNCES - 1)  # Cycles does not count the first
    return scene


def size(entry, options):
    return options.width, max(1, round(options.width * entry["height"] / entry["width"]))


def pixels(path):
    image = bpy.data.images.load(path)
    try:
        values = np.empty(len(image.pixels), dtype=np.float32)
        image.pixels.foreach_get(values)
        return values.reshape(-1, 4).astype(np.float64)
    finally:
        bpy.data.images.remove(image)


def shown(rgba):
    """What a screen shows of linear colours, for errors that people would see; the same for both renderers."""
    return np.clip(rgba[:, :3], 0, 1) ** (1 / 2.2)


def error(picture, reference):
    return float(np.mean((shown(picture) - shown(reference)) ** 2))


class Cycles:
    def __init__(self, entry, folder, options):
        self.scene = load(entry, folder, options)
        self.path = os.path.join(options.out, "cycles", entry["name"] + ".exr")
        self.render(1, 0)

    def render(self, samples, seed):
        """-> (seconds, pixels)"""
        self.scene.cycles.samples = samples
        self.scene.cycles.seed = seed
        self.scene.render.filepath = self.path
        start = time.perf_counter()
        bpy.ops.render.render(write_still=True)
        seconds = time.perf_counter() - start
        return seconds, pixels(self.path)

    def sample(self, samples, seed):
        least, _ = self.render(1, seed)
        seconds, picture = self.render(samples, seed)
        return max(1e-3, (seconds - least) * samples / (samples - 1)), picture


class Tilth:
    def __init__(self, entry, folder, options):
        self.program = options.tilth
        self.name = entry["name"]
        self.out = os.path.join(options.out, "tilth")
        self.list = os.path.join(options.out, "tilth.json")
        self.log = os.path.join(options.out, "tilth.log")
        small = dict(entry)
        small["width"], small["height"] = size(entry, options)
        small["background"] = "transparent"
        for key in ("model", "environment"):
            small[key] = entry[key] and os.path.join(folder, entry[key])
        small["golden"] = None
        with open(self.list, "w") as f:
            json.dump({"scenes": [small]}, f)

    def sample(self, samples, seed):
        with open(self.log, "a") as log:
            subprocess.run([self.program, "bench", "render", "--scenes", self.list, "--out", self.out, "--samples",
                            str(samples), "--supersample", "1", "--no-denoise", "--bounces", str(BOUNCES),
                            "--seed", str(seed)],
                           check=True, stdout=log, stderr=log)
        with open(os.path.join(self.out, "times.json")) as f:
            times = json.load(f)["scenes"][0]
        return times["renderSeconds"], pixels(os.path.join(self.out, self.name + ".exr"))


def time_to(target, points):
    """The time to an error, by the line through log error over log time of the last two points."""
    (t0, e0), (t1, e1) = points[-2:]
    slope = (math.log(e1) - math.log(e0)) / (math.log(t1) - math.log(t0))
    if not slope < 0:
        return float("nan")
    return math.exp(math.log(t1) + (math.log(target) - math.log(e1)) / slope)


def spread(values):
    values = sorted(values)
    return "%.2f [%.2f ... %.2f]" % (values[len(values) // 2], values[0], values[-1])


def compare(entry, folder, options):
    renderers = {"cycles": Cycles(entry, folder, options), "tilth": Tilth(entry, folder, options)}
    references = {name: r.sample(options.reference, 1000)[1] for name, r in renderers.items()}
    ratios = []
    for number in range(options.rounds):
        points = {name: [] for name in renderers}
        for samples in options.samples:
            for name, renderer in renderers.items():
                seconds, picture = renderer.sample(samples, number + 1)
                points[name].append((seconds, error(picture, references[name])))
        target = points["cycles"][-1][1]
        ratios.append(time_to(target, points["tilth"]) / points["cycles"][-1][0])
        for name, measured in points.items():
            print("  %-15s round %d %-7s %s" % (entry["name"], number + 1, name, ", ".join(
                "%d samples %.2f s rmse %.5f" % (n, t, math.sqrt(e)) for n, (t, e) in zip(options.samples, measured))))
    print("%-17s time to equal error, Tilth / Cycles: %s" % (entry["name"], spread(ratios)), flush=True)
    return sorted(ratios)[len(ratios) // 2]


def main():
    options = arguments()
    options.out = os.path.abspath(options.out)
    for folder in ("cycles", "tilth"):
        os.makedirs(os.path.join(options.out, folder), exist_ok=True)
    with open(options.scenes) as f:
        entries = {entry["name"]: entry for entry in json.load(f)["scenes"]}
    folder = os.path.dirname(os.path.abspath(options.scenes))
    medians = [compare(entries[name], folder, options) for name in options.only.split(",")]
    print("median over the scenes: %s" % spread(medians))


main()
