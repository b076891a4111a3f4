package record

import "time"

// ClientFile is client.csv, which only the record of a live client has.
const ClientFile = "client.csv"

// ClientSample is a line of client.csv: the state of the client whose record it is.
type ClientSample struct {
	At          time.Duration
	Pieces      int     // that it has
	PiecesInAll int     // of the torrent
	Down        float64 // bytes per second of content that arrived and was kept, since the line before
	Up          float64 // bytes per second of content that was sent
	Neighbours  int
	Interesting int // neighbours that it is interested in
	Unchoking   int // neighbours that unchoke it
	Interested  int // neighbours that are interested in it
	Unchoked    int // neighbours that it unchokes
}

var clientColumns = []string{
	"t_s", "pieces", "pieces_in_all", "down_Bps", "up_Bps",
	"neighbours", "interesting", "unchoking", "interested", "unchoked",
}

func (c *ClientSample) fields() []string {
	whole := func(n int) string { return integer(int64(n)) }
	return []string{
		seconds(c.At), whole(c.Pieces), whole(c.PiecesInAll), rate(c.Down), rate(c.Up),
		whole(c.Neighbours), whole(c.Interesting), whole(c.Unchoking), whole(c.Interested), whole(c.Unchoked),
	}
}

// Client writes a line of client.csv, which the first call begins.
func (w *Writer) Client(c *ClientSample) {
	if w.client == nil && w.err == nil {
		w.client = w.table(ClientFile, clientColumns)
	}
	w.row(w.client, c.fields())
}
