"""Makes the small wheels that the tests of `setup` extract, with Python's own zip writer.

They have the layout of the real ones: libraries, headers, metadata, and files that must not be extracted.
Usage: python3 ci/golden/make-wheels.py test/fixtures/wheels
"""

import sys
import zipfile
from pathlib import Path

target = Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
# Longer than a read of the extractor's stream, and compressible.
library = b"".join(b"library line %d\n" % line for line in range(20_000))


def write(name, files):
    with zipfile.ZipFile(target / name, "w") as archive:
        for path, (content, method, mode) in files.items():
            info = zipfile.ZipInfo(path, date_time=(2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            info.external_attr = (0o100000 | mode) << 16
            archive.writestr(info, content)


def plain(content):
    return (content, zipfile.ZIP_DEFLATED, 0o644)


def tensorflow(is_cuda):
    return {
        "tensorflow/libtensorflow_cc.so.2": (library, zipfile.ZIP_DEFLATED, 0o755),
        "tensorflow/libtensorflow_framework.so.2": (b"framework", zipfile.ZIP_STORED, 0o644),
        "tensorflow/include/tensorflow/c/c_api.h": plain(b"// c_api\n"),
        "tensorflow/include/tensorflow/core/platform/ctstring_internal.h": plain(b"// ctstring\n"),
        "tensorflow/include/tensorflow/core/graph/graph.h": plain(b"// not needed\n"),
        "tensorflow/include/tensorflow/c/../../../../escape.h": plain(b"// outside\n"),
        "tensorflow/include/xla/tsl/c/tsl_status.h": plain(b""),
        "tensorflow/python/framework/_dtypes.so": plain(b"not needed"),
        "tensorflow/python/platform/build_info.py": plain(
            b"build_info = collections.OrderedDict([('is_cuda_build', %s)])\n" % str(is_cuda).encode()
        ),
        "tensorflow-9.9.9.dist-info/METADATA": plain(
            b"Metadata-Version: 2.4\n"
            b"Requires-Dist: numpy>=1.26.0\n"
            b'Requires-Dist: nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"\n'
            b'Requires-Dist: nvidia-cuda-nvcc-cu12 <13.0 ,>=12.5.82; extra == "and-cuda"\n'
        ),
    }


write("tensorflow_cpu-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl", tensorflow(False))
write("tensorflow-9.9.9-cp312-cp312-manylinux_2_27_x86_64.whl", tensorflow(True))
write(
    "nvidia_cublas_cu12-12.9.9-py3-none-any.whl",
    {
        "nvidia/cublas/lib/libcublas.so.12": plain(b"cublas"),
        "nvidia/cublas/lib/libcublas.alt.so.12": plain(b"spare build"),
        "nvidia/cublas/include/cublas.h": plain(b"// not needed\n"),
        "nvidia/cublas/lib/__init__.py": plain(b""),
    },
)
write(
    "nvidia_cuda_nvcc_cu12-12.9.9-py3-none-any.whl",
    {
        "nvidia/cuda_nvcc/bin/ptxas": (b"ptxas", zipfile.ZIP_DEFLATED, 0o755),
        "nvidia/cuda_nvcc/bin/__init__.py": plain(b""),
        "nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc": plain(b"bitcode"),
    },
)
write("other-1.0-py3-none-any.whl", {"other/__init__.py": plain(b"")})
