# Ctrl-C reaches this shell, npm and Node at once. The shell outlives it, and a Node that it hit before
# it could listen (130: ended by SIGINT) is a clean stop too: nothing was running yet.
trap : INT
TIDINGS_STARTER_PID=$PPID node tools/start/main.ts "$@"
code=$?
[ "$code" -eq 130 ] && code=0
exit "$code"
