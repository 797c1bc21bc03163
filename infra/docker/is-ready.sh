#!/bin/bash
# Health check of a container: is-ready PORT [PATH]. Ends 0 when the program inside answers 200.
# Without curl, which the slim image has not, and without starting a Node every few seconds.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/readyz}" >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
