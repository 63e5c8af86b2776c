#!/bin/sh
# Compiles the BPF programs of this directory and writes the headers the C++ core embeds: fd_walk.skel.h and
# task_file.skel.h. For developers and CI only; nothing of this is needed to install, to build or to run.
#
#   native/bpf/regenerate.sh            writes the headers
#   native/bpf/regenerate.sh --check    fails when the committed headers differ from what would be written
#
# Needs clang, llvm-strip, bpftool and libbpf-dev. The bytes depend on the compiler: the headers name the versions they
# were made with (Debian 12: clang 14.0.6, bpftool 7.1.0, libbpf 1.1.0), and the check wants the same ones.
set -eu
PATH=$PATH:/usr/sbin # bpftool
cd "$(dirname "$0")"
target=.
[ "${1-}" != --check ] || target=$(mktemp -d)
work=$(mktemp -d)
trap 'rm -rf "$work"; [ "$target" = . ] || rm -rf "$target"' EXIT

versions="$(clang --version | head -n 1), $(bpftool version | head -n 1)"
for name in fd_walk task_file; do
  clang -g -O2 -target bpf -mcpu=v3 -Wall -Werror -fdebug-prefix-map="$PWD"=. \
    -I"/usr/include/$(uname -m)-linux-gnu" -c "$name.bpf.c" -o "$work/$name.o"
  llvm-strip -g "$work/$name.o"
  bpftool gen skeleton -L "$work/$name.o" name "$name" >"$work/$name.h"
  awk -v name="$name" -v versions="$versions" -f skeleton.awk "$work/$name.h" >"$target/$name.skel.h"
  [ "$target" = . ] || diff -u "$name.skel.h" "$target/$name.skel.h"
done
