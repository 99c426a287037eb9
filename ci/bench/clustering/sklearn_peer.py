"""Clusters the rows of a raw float32 file with scikit-learn and prints seconds and inertia as JSON. Started by main.ts.

Needs: numpy, scikit-learn.
"""

import json
import sys
import time

import numpy as np
from sklearn.cluster import KMeans, MiniBatchKMeans

job = json.loads(sys.argv[1])
rows = np.fromfile(job["file"], dtype=np.float32).reshape(-1, job["dimension"])
if job["algorithm"] == "lloyd":
    model = KMeans(job["clusters"], n_init=1, random_state=job["seed"])
else:
    model = MiniBatchKMeans(job["clusters"], n_init=1, batch_size=job["batchRows"], random_state=job["seed"])
# Thread pools and code are warm afterwards.
MiniBatchKMeans(2, n_init=1).fit(rows[:2000, :16])
start, start_of_work = time.perf_counter(), time.process_time()
model.fit(rows)
seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - start_of_work
# By the definition, in float64, so that both sides are measured alike.
inertia = 0.0
for begin in range(0, len(rows), 1000):
    part = rows[begin : begin + 1000].astype(np.float64)
    inertia += float(((part - model.cluster_centers_[model.labels_[begin : begin + 1000]]) ** 2).sum())
steps = model.n_steps_ if job["algorithm"] == "mini-batch" else model.n_iter_
model.labels_.astype("<i4").tofile(job["labels"])
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "inertia": inertia, "iterations": int(steps)}))
