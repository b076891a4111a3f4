// Command speed measures how fast clients download from themselves on this machine, side by side with
// the least that any client can do, and prints a table:
//
//	go build -o swarmsim ./cmd/swarmsim
//	go run ./testbed/speed --swarmsim ./swarmsim
//	go run ./testbed/speed --swarmsim ./swarmsim --write docs/live.md
//
// # What is measured
//
// One seed and one leecher of the same client, both with the defaults of package driver, exchange a file
// of random bytes over loopback without encryption. The file and its copy are in a folder in memory
// (/dev/shm). Clients take turns, so that whatever else the machine does hits all of them; the table has
// medians.
//
// The time is taken from the leecher's start, and from the moment when 1 MiB of the copy is there, until
// the leecher says that it has verified all. The processor time is that of both processes, user and
// system, from the same first MiB on: neither starting nor hashing the seed's file counts.
//
// The limit is a pair of processes (limit.go): one sends the file over TCP by sendfile, the other writes
// it and computes the SHA-1 of each piece.
//
// # Limits
//
// Linux only: times of processes are read from /proc. Transmission refuses addresses in 127.0.0.0/8, so
// it takes part only if --address is another address of this machine:
//
//	unshare -n sh -c 'ip link set lo up; ip address add 10.77.0.2/32 dev lo; speed --address 10.77.0.2'
//
// A client that needs more than a
// minute is measured once.
package main
