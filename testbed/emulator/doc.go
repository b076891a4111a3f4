// Package emulator joins hosts by emulated access links and paths: what a host sends waits in the
// queue of its uplink, is sent at the uplink's rate, travels the latency of the path, waits in the
// queue of the receiver's downlink and arrives at the downlink's rate. It is the network of a
// scenario with transport tcp, for real packets in real time. Package testbed runs it on the TUN
// devices of package testbed/netns.
//
// # Usage
//
//	p, err := emulator.Start(emulator.Config{
//		Hosts:   []emulator.Host{{Addr: a, FD: n.TUN(), Up: 1e6, Down: 4e6, UpQueue: 64 << 10, DownQueue: 256 << 10}, ...},
//		Latency: func(a, b int) time.Duration { return 25 * time.Millisecond },
//	})
//	s, err := p.Stats() // what hosts have sent and received so far
//	err = p.Stop()
//
// Start runs the emulator in a process of its own, by running the program again; its main function
// calls RunChild first. New and Run do the same in the calling process.
//
// # Contract
//
// A descriptor gives one IPv4 packet for each read and takes one for each write, and does not
// block. Rates count IP bytes. The queues are those of the simulation, sim/netem/queue: drop-tail
// of a number of bytes, or FQ-CoDel at the uplink. Times are computed from the times at which
// packets should have left, so a late wake-up delays a packet and not the rate of a link.
//
// # Limits
//
// One thread serves all hosts: some 100,000 packets a second, or 150 MB/s, on one core. Lateness
// says how late packets were handed over; a measurement whose packets were late by more than a
// millisecond ran on too slow or too busy a machine. The thread asks for real-time priority
// (SCHED_FIFO), which needs CAP_SYS_NICE. Run is for Linux.
package emulator
