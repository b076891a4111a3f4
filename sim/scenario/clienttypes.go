package scenario

// Client describes the client that a peer runs.
type Client struct {
	Profile                string          `json:"profile,omitempty" jsonschema:"a known client; the other settings override it"`
	Transport              Transport       `json:"transport,omitempty" jsonschema:"transport protocol of the connections it dials, if the network is not ideal" oneof:"tcp utp"`
	Choker                 Strategy        `json:"choker,omitempty" kind:"choker" jsonschema:"which neighbours get upload slots while downloading"`
	SeedChoker             Strategy        `json:"seed_choker,omitempty" kind:"choker" jsonschema:"which neighbours get upload slots once complete"`
	Picker                 Strategy        `json:"picker,omitempty" kind:"picker" jsonschema:"which piece to request next"`
	RechokeInterval        Duration        `json:"rechoke_interval,omitempty" jsonschema:"interval between regular rounds of the choker" min:"100 ms"`
	FirstRechoke           Duration        `json:"first_rechoke,omitempty" jsonschema:"time from a peer's start to its first round; 0 s for a random part of rechoke_interval" zero:"print"`
	Unchoke                UnchokeTiming   `json:"unchoke,omitempty" jsonschema:"when neighbours are unchoked besides the regular rounds: immediate (a free slot goes to the next interested neighbour at once), on-interest (a choked neighbour's interest starts a round), on-release (only a slot that its holder gives up is filled), periodic (never), per-block (a round after every block)"`
	FastExtension          bool            `json:"fast_extension,omitempty" jsonschema:"supports the fast extension (BEP 6): a choke does not discard requests between two peers that support it" zero:"print"`
	RequestsOnChoke        RequestsOnChoke `json:"requests_on_choke,omitempty" jsonschema:"what a choke does to requests: drop; keep (a peer with the fast extension keeps its queued requests until it is unchoked); discard-late-blocks (our requests end, and blocks that still arrive are discarded)"`
	Interest               InterestTiming  `json:"interest,omitempty" jsonschema:"immediate: interested as soon as a neighbour has a missing piece; periodic: decided in rounds, for neighbours whose blocks need not be cancelled"`
	OnCancel               OnCancel        `json:"on_cancel,omitempty" jsonschema:"response to a cancel between peers with the fast extension: silent; reject; await-reject (reject, and our own cancelled request stays outstanding until the neighbour answers it)"`
	Backlog                Strategy        `json:"backlog,omitempty" kind:"backlog" jsonschema:"how many requests to keep outstanding at a neighbour"`
	EventLoop              Strategy        `json:"event_loop,omitempty" kind:"event_loop" jsonschema:"when the client acts on what it knows"`
	Assignment             Strategy        `json:"assignment,omitempty" kind:"assignment" jsonschema:"which block to request from a neighbour"`
	SuggestPieces          int             `json:"suggest_pieces,omitempty" jsonschema:"number of pieces that a complete peer suggests to a neighbour at a time (BEP 6); the neighbour's picker decides what to do with them" min:"0" max:"100" zero:"print"`
	ParoleMode             bool            `json:"parole_mode,omitempty" jsonschema:"after a failed hash check of a piece with several senders, download it again from one neighbour at a time, to identify the sender of corrupt blocks" zero:"print"`
	FirstLastPiecePriority bool            `json:"first_last_piece_priority,omitempty" jsonschema:"request the first and last pieces of each file before others" zero:"print"`
	MaxUnverified          Bytes           `json:"max_unverified,omitempty" jsonschema:"limit on the missing pieces considered for requests: started pieces, then the rarest; 0 B for no limit" zero:"print"`
	EndGame                Strategy        `json:"end_game,omitempty" kind:"end_game" jsonschema:"which blocks to request from a second neighbour once every missing block is requested"`
	Reveal                 Strategy        `json:"reveal,omitempty" kind:"reveal" jsonschema:"which pieces a seed announces until each of them has been uploaded once"`
	AllowedFastSetSize     int             `json:"allowed_fast_set_size,omitempty" jsonschema:"number of pieces that a choked neighbour may request (BEP 6)" min:"0" max:"100" zero:"print"`
	IgnoreAllowedFast      bool            `json:"ignore_allowed_fast,omitempty" jsonschema:"do not request allowed-fast pieces from a neighbour that chokes us" zero:"print"`
	AllowedFastSent        AllowedFastSent `json:"allowed_fast_sent,omitempty" jsonschema:"when allowed-fast messages are sent: on-handshake, on-interest (once the neighbour is interested, only for pieces that it lacks)"`
	AllowedFastDerivation  FastDerivation  `json:"allowed_fast_derivation,omitempty" jsonschema:"part of a neighbour's IPv4 address that its allowed-fast set is derived from: bep6 (three bytes), address-class (three bytes in class C, otherwise two, as in aria2), whole-address (as in libtorrent)"`
	Extensions             bool            `json:"extensions,omitempty" jsonschema:"supports the extension protocol (BEP 10), which pex, upload_only, dont_have and holepunch need"`
	PEX                    bool            `json:"pex,omitempty" jsonschema:"peer exchange (BEP 11): neighbours tell each other of their connected peers, unless the content is private"`
	UploadOnly             bool            `json:"upload_only,omitempty" jsonschema:"a peer that only uploads says so, gets no slot, and has no connection to another one (BEP 21)"`
	DontHave               bool            `json:"dont_have,omitempty" jsonschema:"neighbours are told of a piece that is lost (BEP 54)"`
	Holepunch              bool            `json:"holepunch,omitempty" jsonschema:"two peers behind NATs connect by way of a neighbour of both (BEP 55)"`
	RateWindow             Duration        `json:"rate_window,omitempty" jsonschema:"averaging window of the neighbours' rates that slots, backlog and upload.send_buffer_time depend on; 0 s for mainline's 20 s average" zero:"print"`
	Upload                 Upload          `json:"upload,omitempty" jsonschema:"how requests are served"`
	SnubTimeout            Duration        `json:"snub_timeout,omitempty" jsonschema:"time without a requested block after which a neighbour counts as snubbing us" min:"1 s"`
	RequestTimeout         RequestTimeout  `json:"request_timeout,omitempty" jsonschema:"when overdue blocks are requested from other neighbours: fixed (all of them after snub_timeout), adaptive (after a time that follows the neighbour's usual block time, at most snub_timeout; one block per second)"`
	KeepAliveInterval      Duration        `json:"keep_alive_interval,omitempty" jsonschema:"silence after which a keep-alive is sent" min:"1 s"`
	IdleTimeout            Duration        `json:"idle_timeout,omitempty" jsonschema:"silence after which a connection is closed" min:"1 s"`
	InactivityTimeout      Duration        `json:"inactivity_timeout,omitempty" jsonschema:"time without a request or a block after which a connection is closed, half of it if neither side is interested; 0 s for never" zero:"print"`
	HandshakeTimeout       Duration        `json:"handshake_timeout,omitempty" jsonschema:"time to connect and complete the handshake" min:"100 ms"`
	Connections            Connections     `json:"connections,omitempty" jsonschema:"limits on connections"`

	Misbehaviour Misbehaviour `json:"misbehaviour,omitempty" jsonschema:"behaviour that no honest client has"`
}

// Misbehaviour describes behaviour at the expense of other peers.
type Misbehaviour struct {
	OverReport             float64         `json:"over_report,omitempty" jsonschema:"share of its missing pieces that it claims to have, 0 to 1" min:"0" max:"1"`
	OverReportReply        OverReportReply `json:"over_report_reply,omitempty" jsonschema:"response to a request for a piece that it does not have: none (default), reject, or garbage"`
	UnderReport            float64         `json:"under_report,omitempty" jsonschema:"share of its pieces that it does not announce, 0 to 1" min:"0" max:"1"`
	PeerRateLimit          Rate            `json:"peer_rate_limit,omitempty" jsonschema:"maximum upload rate to an unchoked neighbour"`
	ForcedAnnounceInterval Duration        `json:"forced_announce_interval,omitempty" jsonschema:"interval at which it asks the tracker for more peers while it has fewer connections than connections.min_peers, regardless of the tracker's interval" min:"0 s"`
}

// Upload describes how requests are served. A block in the send buffer can no longer be
// cancelled.
type Upload struct {
	SendBufferBlocks    int         `json:"send_buffer_blocks,omitempty" jsonschema:"blocks kept in the send buffer" min:"1" max:"250"`
	SendBufferTime      Duration    `json:"send_buffer_time,omitempty" jsonschema:"the send buffer also holds what is sent to the neighbour in this time, if that is more" zero:"print"`
	NotSentLowWatermark Bytes       `json:"not_sent_low_watermark,omitempty" jsonschema:"tcp and utp: unsent bytes that the socket accepts (TCP_NOTSENT_LOWAT); 0 B for the operating system's default" zero:"print"`
	ReadDelay           Duration    `json:"read_delay,omitempty" jsonschema:"time to read blocks from storage for a request that arrives at an idle upload; 0 s for immediately" zero:"print"`
	MaxPendingRequests  int         `json:"max_pending_requests,omitempty" jsonschema:"maximum number of a neighbour's requests in the queue; more are dropped" min:"1" max:"100000"`
	Order               UploadOrder `json:"order,omitempty" jsonschema:"order in which requests are served: fifo or random"`
}

// Connections limits connections.
type Connections struct {
	DialTarget        int  `json:"dial_target,omitempty" jsonschema:"number of connections up to which the client dials" min:"1" max:"100000"`
	Max               int  `json:"max,omitempty" jsonschema:"number of connections up to which the client accepts" min:"1" max:"100000"`
	MinPeers          int  `json:"min_peers,omitempty" jsonschema:"number of connections below which the client asks the tracker for more" min:"1" max:"100000"`
	NumWant           int  `json:"numwant,omitempty" jsonschema:"number of peers requested from the tracker" min:"1" max:"1000"`
	CanonicalPriority bool `json:"canonical_priority,omitempty" jsonschema:"a full client makes room for a connection of a higher canonical priority (BEP 40)"`
	AllowDuplicates   bool `json:"allow_duplicates,omitempty" jsonschema:"two peers that dial each other keep both connections"`
}

// Strategy is a choker, a picker or another strategy of the client with its settings. A file
// gives its name, or a mapping with name and settings.
type Strategy struct {
	Name     string
	Settings any // pointer to the strategy's settings
}
