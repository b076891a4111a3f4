package reveal

var allEntry = Entry{
	Name:     "all",
	About:    "all pieces at once",
	Defaults: noSettings,
	New:      func(any) Strategy { return all{} },
}

// all announces every piece from the start: the seed sends a bitfield (BEP 3).
type all struct{}

func (all) On(_ *View, _ Event, out []Announcement) ([]Announcement, bool) { return out, true }

func (all) Awaited(int) (int, bool) { return 0, false }
