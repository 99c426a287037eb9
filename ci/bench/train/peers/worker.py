"""One peer of the training benchmark: a process that obeys lines of JSON on standard input.

Answers go to file descriptor 3, so that whatever a library prints cannot be mistaken for one. The requests and
answers are described in ci/bench/train/worker-protocol.ts; ci/bench/train/main.ts starts this file.

    python3 worker.py pytorch|pytorch-channels-last|pytorch-textbook|pytorch-float64|tensorflow
"""

import json
import math
import os
import sys
import time


UPSAMPLING = {"transposed": "transposed convolution", "inserted": "inserted zeros"}


def process_milliseconds():
    used = os.times()
    return 1000 * (used.user + used.system)


class Worker:
    def __init__(self, peer):
        self.peer, self.next_step = peer, 0

    def load(self, request):
        # Imported here, where a missing library is reported to the parent.
        from safetensors_file import read_tensors

        tensors, texts = read_tensors(request["scenario"])
        settings = json.loads(texts["settings"])
        start = {name.removeprefix("start/"): tensors[name] for name in tensors if name.startswith("start/")}
        threads, note = request["threads"], None
        if self.peer == "tensorflow":
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")
            import tensorflow as tf

            tf.config.set_visible_devices([], "GPU")
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)
            from tensorflow_gan import Trainer

            self.trainer = Trainer(start, settings)
            version = f"TensorFlow {tf.__version__}"
        else:
            import torch

            torch.set_num_threads(threads)
            if self.peer == "pytorch-float64":
                torch.set_default_dtype(torch.float64)
                wide = lambda values: values.astype("float64") if values.dtype == "float32" else values
                tensors, start = ({name: wide(values) for name, values in part.items()} for part in (tensors, start))
            from pytorch_gan import Trainer

            def build(way):
                return Trainer(start, settings, self.peer != "pytorch", way)

            if self.peer == "pytorch-textbook":
                self.trainer = build("textbook")
            elif self.peer == "pytorch-float64":
                self.trainer = build("transposed")
            else:
                note = self.choose(build, ("transposed", "inserted"), tensors, settings)
            version = f"PyTorch {torch.__version__}"
        self.take_inputs(tensors, settings)
        python = ".".join(map(str, sys.version_info[:3]))
        return {"version": f"{version}, Python {python}", **({"note": note} if note else {})}

    def take_inputs(self, tensors, settings):
        self.steps = [self.inputs_of(tensors, step, settings) for step in range(settings["inputSteps"])]
        self.next_step = 0

    def choose(self, build, ways, tensors, settings):
        """Keeps the fastest of several ways to do the same, the best of three steps each, taken in turn."""
        best = {way: math.inf for way in ways}
        trainers = {way: build(way) for way in ways}
        for _ in range(4):
            for way, self.trainer in trainers.items():
                self.take_inputs(tensors, settings)
                self.step()  # the other way's threads and caches are gone after it
                start = time.perf_counter()
                self.step()
                best[way] = min(best[way], 1000 * (time.perf_counter() - start))
        fastest = min(best, key=best.get)
        self.trainer = build(fastest)
        times = ", ".join(f"{UPSAMPLING[way]} {best[way]:.0f} ms" for way in ways)
        return f"takes the faster way of zero insertion before a convolution ({times})"

    def inputs_of(self, tensors, step, settings):
        names = ("latents", "fakeLabels")
        updates = []
        for update in range(settings["discriminatorSteps"]):
            scope = f"inputs/{step}/discriminator/{update}"
            images = self.trainer.prepare(tensors[f"{scope}/images"])
            updates.append([images, *(tensors[f"{scope}/{name}"] for name in ("labels", *names))])
        return updates, [tensors[f"inputs/{step}/generator/{name}"] for name in names]

    def step(self):
        """One generator step on the next inputs; its losses in the order of the updates."""
        for_discriminator, for_generator = self.steps[self.next_step % len(self.steps)]
        self.next_step += 1
        losses = [self.trainer.discriminator_update(*inputs) for inputs in for_discriminator]
        return [*losses, self.trainer.generator_update(*for_generator)]

    def check(self, request):
        from safetensors_file import write_tensors

        losses = []
        for step in range(request["steps"]):
            losses.append(self.step())
            if step == 0:
                write_tensors(request["stateFile"], self.trainer.state())
        return {"losses": losses}

    def time(self, request):
        elapsed, used = [], []
        for _ in range(request["steps"]):
            start, start_used = time.perf_counter(), process_milliseconds()
            losses = self.step()
            elapsed.append(1000 * (time.perf_counter() - start))
            used.append(process_milliseconds() - start_used)
            if not all(map(math.isfinite, losses)):
                raise FloatingPointError(f"losses {losses} at step {self.next_step}")
        return {"milliseconds": elapsed, "processorMilliseconds": used}


def main():
    worker = Worker(sys.argv[1])
    with os.fdopen(3, "w") as answers:
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = getattr(worker, request["do"])(request)
            except Exception as error:  # reported to the parent, which decides
                answer = {"error": f"{type(error).__name__}: {error}", "missing": isinstance(error, ImportError)}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


main()
