package record

import (
	"strconv"
	"time"
)

// PeerRow is a peer's line in peers.csv.
type PeerRow struct {
	Peer            int
	Group           string
	Seed            bool // from the start
	UpBytesPerSec   int64
	DownBytesPerSec int64
	Arrived         time.Duration
	FirstPiece      time.Duration // 0 if it had none
	TenthPiece      time.Duration // 0 if it had fewer
	LastTen         time.Duration // when ten pieces were left; 0 if more were left
	Completed       time.Duration // 0 if it did not complete, or was a seed from the start
	Left            time.Duration // 0 if it was present at the end
	Outcome         Outcome
	UploadedBytes   int64
	DownloadedBytes int64
	Duplicate       int64 // blocks
	FailedPieces    int64
	CorruptSent     int64 // blocks
	Banned          int64
	WireUpBytes     int64
	WireDownBytes   int64
	UnchokedS       float64       // seconds of regular slots that it gave while both peers downloaded
	UnchokedOwnS    float64       // those given to its own group
	Playback        *PeerPlayback // nil without playback, and for seeds
}

var peerColumns = []string{
	"peer", "group", "seed", "up_Bps", "down_Bps",
	"arrived_s", "first_piece_s", "completed_s", "left_s", "download_s", "outcome",
	"uploaded_bytes", "downloaded_bytes", "duplicate_blocks", "failed_pieces",
	"corrupt_blocks_sent", "banned", "wire_up_bytes", "wire_down_bytes",
	"tenth_piece_s", "last_ten_s", "share_ratio", "unchoked_s", "unchoked_own_s",
}

func (r *PeerRow) fields() []string {
	download, share := "", ""
	if r.Completed > 0 {
		download = seconds(r.Completed - r.Arrived)
	}
	if r.DownloadedBytes > 0 {
		share = number(float64(r.UploadedBytes) / float64(r.DownloadedBytes))
	}
	return []string{
		integer(int64(r.Peer)), r.Group, strconv.FormatBool(r.Seed),
		integer(r.UpBytesPerSec), integer(r.DownBytesPerSec),
		seconds(r.Arrived), orNothing(r.FirstPiece), orNothing(r.Completed), orNothing(r.Left), download,
		string(r.Outcome),
		integer(r.UploadedBytes), integer(r.DownloadedBytes), integer(r.Duplicate), integer(r.FailedPieces),
		integer(r.CorruptSent), integer(r.Banned), integer(r.WireUpBytes), integer(r.WireDownBytes),
		orNothing(r.TenthPiece), orNothing(r.LastTen), share, number(r.UnchokedS), number(r.UnchokedOwnS),
	}
}

// Sample is a line of timeseries.csv: the state of the swarm at a time, and its rates over the
// interval before.
type Sample struct {
	At            time.Duration
	Leechers      int     // present and not complete
	Seeds         int     // present, complete, and with a choker that may unchoke a neighbour
	Idle          int     // present and complete, with a choker that never unchokes
	Goodput       float64 // content that arrived and was kept, bytes per second
	Upload        float64 // bytes sent on the links per second, content or not
	Download      float64 // bytes received on the links per second
	CopiesMin     int
	CopiesMean    float64
	CopiesMax     int
	SinglePieces  int     // pieces with one copy
	MissingPieces int     // pieces without a copy
	PieceEntropy  float64 // of the copies on leechers, see Entropy
	HasEntropy    bool    // leechers hold copies
	Groups        []GroupSample
}

// GroupSample is a group's part of a sample.
type GroupSample struct {
	Present     int
	Leechers    int
	Downloading bool    // some leecher of the group downloaded in the interval
	Down        float64 // mean rate of useful content per downloading leecher, bytes per second
}

var sampleColumns = []string{
	"t_s", "leechers", "seeds", "goodput_Bps", "upload_Bps", "download_Bps",
	"copies_min", "copies_mean", "copies_max", "single_copy_pieces", "missing_pieces",
	"piece_entropy", "complete_not_uploading",
}

func groupColumns(name string) []string {
	return []string{name + ":present", name + ":leechers", name + ":down_Bps"}
}

func (s *Sample) fields() []string {
	entropy := ""
	if s.HasEntropy {
		entropy = number(s.PieceEntropy)
	}
	out := []string{
		seconds(s.At), integer(int64(s.Leechers)), integer(int64(s.Seeds)),
		rate(s.Goodput), rate(s.Upload), rate(s.Download),
		integer(int64(s.CopiesMin)), strconv.FormatFloat(s.CopiesMean, 'f', 3, 64), integer(int64(s.CopiesMax)),
		integer(int64(s.SinglePieces)), integer(int64(s.MissingPieces)),
		entropy, integer(int64(s.Idle)),
	}
	for _, g := range s.Groups {
		down := ""
		if g.Downloading {
			down = rate(g.Down)
		}
		out = append(out, integer(int64(g.Present)), integer(int64(g.Leechers)), down)
	}
	return out
}
