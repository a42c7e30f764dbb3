#!/usr/bin/env bash
# mandoc_test.sh FOLDER: mandoc finds nothing to improve in the manual pages, and those of our pages that they refer to
# exist. Exits with 77 (skipped) where mandoc is not installed.
set -euo pipefail
folder=$1

command -v mandoc >/dev/null || {
  echo "skipped: mandoc is not installed"
  exit 77
}

# mandoc looks for the pages that are referred to among those installed, but ours are in FOLDER.
findings=$(mandoc -T lint "$folder"/*.[0-9] 2>/dev/null | grep -v 'referenced manual not found' || true)
[[ -z $findings ]] || {
  printf '%s\n' "$findings" >&2
  exit 1
}
while read -r name section; do
  case $name in
    voice*) [[ -f $folder/$name.$section ]] || {
      echo "$name($section) is referred to, but does not exist" >&2
      exit 1
    } ;;
  esac
done < <(sed -nE 's/^\.Xr ([^ ]+) ([0-9]).*/\1 \2/p' "$folder"/*.[0-9])
