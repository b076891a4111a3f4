package record

import (
	"math"
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
	FirstPiece      time.Duration // 0 if it never had one
	TenthPiece      time.Duration // 0 if it never had ten
	LastTen         time.Duration // when it lacked ten; 0 if it never did
	Completed       time.Duration // 0 if it never was, or was from the start
	Left            time.Duration // 0 if it was there at the end
	Outcome         Outcome
	UploadedBytes   int64
	DownloadedBytes int64
	Duplicate       int64 // blocks
	FailedPieces    int64
	CorruptSent     int64 // blocks
	Banned          int64
	WireUpBytes     int64
	WireDownBytes   int64
	UnchokedS       float64       // of regular unchokes that it gave while giver and taker downloaded
	UnchokedOwnS    float64       // of those, to its own group
	Playback        *PeerPlayback // nil for who does not watch
}

var peerColumns = []string{"peer", "group", "seed", "up_Bps", "down_Bps", "arrived_s", "first_piece_s", "completed_s",
	"left_s", "download_s", "outcome", "uploaded_bytes", "downloaded_bytes", "duplicate_blocks", "failed_pieces",
	"corrupt_blocks_sent", "banned", "wire_up_bytes", "wire_down_bytes",
	"tenth_piece_s", "last_ten_s", "share_ratio", "unchoked_s", "unchoked_own_s"}

func (r *PeerRow) fields() []string {
	download, share := "", ""
	if r.Completed > 0 {
		download = seconds(r.Completed - r.Arrived)
	}
	if r.DownloadedBytes > 0 {
		share = number(float64(r.UploadedBytes) / float64(r.DownloadedBytes))
	}
	return []string{integer(int64(r.Peer)), r.Group, strconv.FormatBool(r.Seed), integer(r.UpBytesPerSec), integer(r.DownBytesPerSec),
		seconds(r.Arrived), orNothing(r.FirstPiece), orNothing(r.Completed), orNothing(r.Left), download, string(r.Outcome),
		integer(r.UploadedBytes), integer(r.DownloadedBytes), integer(r.Duplicate), integer(r.FailedPieces),
		integer(r.CorruptSent), integer(r.Banned), integer(r.WireUpBytes), integer(r.WireDownBytes),
		orNothing(r.TenthPiece), orNothing(r.LastTen), share, number(r.UnchokedS), number(r.UnchokedOwnS)}
}

// Sample is a line of timeseries.csv: how the swarm stands at a time, and its
// rates over the interval before.
type Sample struct {
	At            time.Duration
	Leechers      int     // present and not complete
	Seeds         int     // present, complete, and with a choker that may unchoke
	Idle          int     // present and complete, but never uploading: free-riders that have all they came for
	Goodput       float64 // useful content that arrived, bytes per second
	Upload        float64 // bytes sent on the links per second, all of them
	Download      float64 // bytes received on the links per second
	CopiesMin     int
	CopiesMean    float64
	CopiesMax     int
	SinglePieces  int     // pieces with one copy
	MissingPieces int     // pieces with none
	PieceEntropy  float64 // of the copies on leechers, see Entropy
	Spreading     bool    // there are such copies
	Groups        []GroupSample
}

// GroupSample is a group's part of a sample.
type GroupSample struct {
	Present     int
	Leechers    int
	Downloading bool    // some leecher of the group was there in the interval
	Down        float64 // useful content a leecher received while it downloaded, bytes per second, on average
}

var sampleColumns = []string{"t_s", "leechers", "seeds", "goodput_Bps", "upload_Bps", "download_Bps",
	"copies_min", "copies_mean", "copies_max", "single_copy_pieces", "missing_pieces", "piece_entropy", "complete_not_uploading"}

func groupColumns(name string) []string {
	return []string{name + ":present", name + ":leechers", name + ":down_Bps"}
}

func (s *Sample) fields() []string {
	out := []string{seconds(s.At), integer(int64(s.Leechers)), integer(int64(s.Seeds)), rate(s.Goodput), rate(s.Upload), rate(s.Download),
		integer(int64(s.CopiesMin)), strconv.FormatFloat(s.CopiesMean, 'f', 3, 64), integer(int64(s.CopiesMax)),
		integer(int64(s.SinglePieces)), integer(int64(s.MissingPieces)), "", integer(int64(s.Idle))}
	if s.Spreading {
		out[len(out)-2] = number(s.PieceEntropy)
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

func integer(n int64) string { return strconv.FormatInt(n, 10) }

// number writes a ratio with six digits behind the point at most.
func number(x float64) string { return strconv.FormatFloat(trim(x), 'f', -1, 64) }

func rate(x float64) string { return strconv.FormatFloat(math.Round(x), 'f', 0, 64) }

// seconds writes a time with microseconds and without needless zeros.
func seconds(d time.Duration) string { return number(d.Seconds()) }

func orNothing(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return seconds(d)
}
