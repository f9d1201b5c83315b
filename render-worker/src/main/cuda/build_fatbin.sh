#!/bin/sh
# Compiles the kernel for the GPUs of the last years, so that their owners need the driver alone. Without nvcc there is
# nothing to do: the worker then compiles by NVRTC where it finds it, and renders on the processor where it does not.
#
#     build_fatbin.sh SOURCES OUT
set -eu
sources=$1
out=$2
if ! command -v nvcc >/dev/null 2>&1; then
    echo "no nvcc on the PATH: building without a CUDA binary"
    exit 0
fi
if [ -f "$out" ] && [ -z "$(find "$sources" -newer "$out" -type f)" ]; then
    exit 0
fi
mkdir -p "$(dirname "$out")"
nvcc --threads 2 -fatbin -std=c++17 --fmad=false -prec-div=true -prec-sqrt=true -ftz=false \
    -gencode "arch=compute_75,code=[sm_75,compute_75]" -gencode arch=compute_80,code=sm_80 \
    -gencode arch=compute_90,code=sm_90 -gencode arch=compute_100,code=sm_100 \
    -gencode arch=compute_120,code=sm_120 -o "$out.new" "$sources/path_tracer.cu"
mv "$out.new" "$out"
