#!/bin/sh
# Runs the Autobahn fuzzing client against the echo and fails if a case does. Left out, in
# autobahn.json, are messages of 1 MB and more, which are above the limit of the server, and
# compression, which it does not have.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$PWD/target}
work=$target/autobahn

# The suite was never ported: it needs the last Python 2.
python=""
for candidate in "${PYTHON2:-}" python2.7 "$HOME/.pyenv/versions/2.7.18/bin/python2.7"; do
  if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (2, 7))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "The Autobahn suite needs Python 2.7 (pyenv install 2.7.18, or PYTHON2=/path/to/python2.7)." >&2
  echo "Its cases that matter are also in crates/server/tests/server/conformance.rs, which needs nothing." >&2
  exit 1
fi

if [ ! -e "$work/lib/installed" ]; then
  rm -rf "$work/lib"
  "$python" -m pip install --quiet --disable-pip-version-check --target "$work/lib" autobahntestsuite==25.10.1
  # Installed to a folder of its own, the package lacks what makes it one.
  : >"$work/lib/zope/__init__.py"
  : >"$work/lib/installed"
fi

# A pipe tells the address, and that the echo is ready.
rm -rf "$work/report" "$work/address"
mkfifo "$work/address"
"$target/debug/examples/echo" >"$work/address" &
echo=$!
trap 'kill $echo 2>/dev/null' EXIT
read -r url <"$work/address"
sed "s|URL|$url|" "$here/autobahn.json" >"$work/spec.json"

cd "$work"
PYTHONPATH=$work/lib "$python" -W ignore -c 'from autobahntestsuite.wstest import run; run()' --mode fuzzingclient --spec spec.json >log 2>&1 || {
  tail -n 20 log >&2
  exit 1
}
"$python" - report/index.json <<'PYTHON'
import collections, json, sys
cases = json.load(open(sys.argv[1]))["heliograph"]
bad = lambda case: case["behavior"] == "FAILED" or case["behaviorClose"] in ("FAILED", "UNCLEAN", "WRONG CODE")
print("%d cases: %s" % (len(cases), ", ".join("%d %s" % (count, kind) for kind, count in sorted(collections.Counter(case["behavior"] for case in cases.values()).items()))))
print("closes: %s" % ", ".join("%d %s" % (count, kind) for kind, count in sorted(collections.Counter(case["behaviorClose"] for case in cases.values()).items())))
failed = sorted(name for name, case in cases.items() if bad(case))
for name in sorted(name for name, case in cases.items() if case["behavior"] not in ("OK", "FAILED")):
    print("  %s: %s" % (name, cases[name]["behavior"]))
for name in failed:
    print("  %s: %s, close %s" % (name, cases[name]["behavior"], cases[name]["behaviorClose"]))
sys.exit(1 if failed else 0)
PYTHON
