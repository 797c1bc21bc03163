#!/bin/bash
# Health check of a container: is-ready PORT [PATH]. Exits with 0 when the program answers 200.
# Uses bash, because the slim image has no curl and Node takes long to start.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/readyz}" >&3
read -r -t 4 _ status _ <&3
[ "$status" = 200 ]
