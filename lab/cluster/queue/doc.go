// Package queue hands the runs of a sweep to workers on other machines, by NATS JetStream.
//
// Serve keeps two streams in a NATS server, its own or an existing one: the runs, a work queue in
// which each run is a message, and the results. Work, on any machine, takes a run, plays it, sends
// its row and waits for the verdict; it acknowledges the run once the row is stored. A run whose
// worker says nothing for the ack wait goes to another worker.
//
// The truth is the cluster.Store, a journal: what it has is never queued again, and all that it lacks
// can be queued again at any time, because a run that is played twice has the same row. Therefore the
// streams of an embedded server are in memory, and a server that was killed begins with what its
// journal lacks. The subject of a run is its own, and the stream takes one message a subject, so that
// queueing a run again changes nothing while it is queued.
//
// The worker is told what it plays by an opaque job; it refuses to begin, or is refused, unless its
// build of the program and the ID of its work are those of the server. Package cli has the commands:
// swarmsim sweep --serve and swarmsim work.
package queue
