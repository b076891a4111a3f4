package record

import (
	"slices"
	"strings"
)

// OtherGroup stands in the names below for the name of any group.
const OtherGroup = "*"

// Measures lists the names that Values gives to a summary without groups.
func Measures() []string { return names(full(), "") }

// GroupMeasures lists the names that Values gives to a group of leechers, behind
// groups.NAME. and with OtherGroup for another group's name.
func GroupMeasures() []string {
	ratio, shares := Ratio(0), map[string]Ratio{OtherGroup: 0}
	return names(&Summary{Groups: []Group{{Name: "g", CompletionS: Completion{Count: 1}, ShareRatio: &ratio,
		ReceivedFromBytes: map[string]int64{OtherGroup: 0}, Unchoked: shares, UnchokedUniform: shares, Clustering: &ratio,
		Interested: &Spread{Count: 1}, Wanted: &Spread{Count: 1}}}}, "groups.g.")
}

// SeedMeasures lists those of a group of seeds, which complete nothing.
func SeedMeasures() []string {
	return names(&Summary{Groups: []Group{{Name: "g", Seed: true}}}, "groups.g.")
}

// AreaMeasures lists those of a region, behind regions.NAME. or for a router
// routers.NAME.; OtherGroup stands for a region.
func AreaMeasures() []string {
	return names(&Summary{Regions: []Area{{Name: "a", ReceivedFromBytes: map[string]int64{OtherGroup: 0}}}}, "regions.a.")
}

// full is a summary that has every number there can be.
func full() *Summary {
	ratio, bound, some := Ratio(0), Seconds(0), Completion{Count: 1}
	return &Summary{SeedCopiesAtUnion: &ratio, SeedCopiesAtDone: &ratio, Clustering: &ratio, CrossRegion: &ratio, BoundS: &bound, CompletionS: some,
		FirstPieceS: some, FirstTenS: some, UntilLastTenS: some, LastTenS: some,
		Fairness: Fairness{ShareRatio: Spread{Count: 1}}, Redundancy: &Redundancy{}, Interest: &Spread{Count: 1}, Graph: &Graph{}, PieceEntropy: &Entropies{}}
}

// names lists the names that begin so, without their beginning.
func names(s *Summary, beginning string) []string {
	var out []string
	for name := range s.Values() {
		if rest, ok := strings.CutPrefix(name, beginning); ok && name != "seed" {
			out = append(out, rest)
		}
	}
	slices.Sort(out)
	return out
}
