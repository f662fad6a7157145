# Sourced by run, check and scripts/lock: finds a Python this project runs on, in plain sh because there may be none.
# find_python sets $python, or prints one sentence and exits 1.

python_version() { # of the program $1, as 3.11; empty where it doesn't run
    "$1" -c 'import sys; sys.stdout.write("%d.%d" % sys.version_info[:2])' 2>/dev/null || :
}

refuse() {
    echo "$1" >&2
    exit 1
}

find_python() {
    found=
    for candidate in python3 python3.13 python3.12 python3.11 python; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        version=$(python_version "$candidate")
        case $version in
        3.11 | 3.12 | 3.13)
            python=$(command -v "$candidate")
            return
            ;;
        '') ;;
        *) found=${found:-$version} ;;
        esac
    done
    case $found in
    '') refuse "Second Read needs Python 3.11, 3.12 or 3.13, and no python3 was found on this machine." ;;
    2.* | 3.? | 3.10) refuse "Second Read needs Python 3.11, 3.12 or 3.13; Python $found is too old." ;;
    *) refuse "Second Read needs Python 3.11, 3.12 or 3.13; Python $found is too new for the packages it uses." ;;
    esac
}
