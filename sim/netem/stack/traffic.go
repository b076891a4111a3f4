package stack

// Traffic counts what a host has sent and received, in bytes.
type Traffic struct {
	WireSent, WireReceived     int64 // on the links, headers and control packets included
	StreamSent, StreamReceived int64 // on the streams
	StreamLost                 int64 // arrived here for a connection or a host that no longer existed
	StreamDropped              int64 // dropped here by a queue, or on a path from here
	Lost                       int64 // messages with NotifySent in StreamLost; only with Ideal
	// Messages with NotifySent (blocks) whose last byte has left the send buffer, and their bytes.
	// App.Sent was called for them earlier. Not with Ideal.
	Notified, NotifiedBytes int64
}
