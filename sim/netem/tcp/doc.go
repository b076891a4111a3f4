// Package tcp is TCP with CUBIC or Reno, and uTP with LEDBAT, over links with finite queues
// and paths that lose packets. The numbers are Linux's, or the RFC's where that says the
// same.
//
// sim/netem calls a host's Layer when a message is to be sent, a packet has arrived or a
// timer expires, and Flush after each such event. A message takes these steps:
//
//  1. Compose sends a small message at once (smallmsg.go). It queues any other at its
//     connection, which joins TxSchedule (layer.go).
//  2. Flush lets each connection in TxSchedule send what its window allows: what is lost
//     (retransmit.go), then what is new (send.go), in segments of several packets
//     (segment.go), then an acknowledgement if one is due (ackout.go). App.Sent is called
//     for messages that the send buffer has room for (sendbuffer.go).
//  3. A packet goes to the uplink queue (uplink.go, sim/netem/queue) and on its path
//     (path.go).
//  4. Receive takes a packet that has arrived. Its acknowledgement shows what arrived
//     (ackin.go), what is lost (loss.go), and lets the window grow (congestion.go, one file
//     per algorithm). Its data is put into order and delivered (receive.go, outoforder.go).
//
// Losses are detected by RACK with a tail-loss probe (RFC 8985) and by timeouts (RFC 6298;
// timers.go), SACK (RFC 2018) shows what has arrived, and proportional rate reduction (RFC
// 6937; prr.go) paces recoveries. What is left out is listed in docs/simulation.md.
package tcp
