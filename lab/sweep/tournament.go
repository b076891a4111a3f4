package sweep

import (
	"fmt"
	"slices"
	"strings"

	"swarmsim/sim/scenario"
)

// Kind is what is made of a sweep's variants.
type Kind string

const (
	KindSweep      Kind = "sweep"      // each variant plays alone, at every point
	KindTournament Kind = "tournament" // each variant plays alone, and as a share of a swarm of each other one
)

// Choices lists the kinds.
func (Kind) Choices() []string { return []string{string(KindSweep), string(KindTournament)} }

// The measures of a tournament, each of a variant. All are shares, and higher is better.
const (
	Score          = "score"          // the mean of the others
	Performance    = "performance"    // the mean download rate if all leechers are of the variant, relative to the best variant
	Robustness     = "robustness"     // share of the opponents to which it does not lose, each being half of the leechers
	Aggressiveness = "aggressiveness" // share of the opponents that it beats as the smaller share
)

// Half is the share at which robustness is measured.
const Half Share = 0.5

// IsTournament reports whether the variants play against each other.
func (s *Sweep) IsTournament() bool { return s.Kind == KindTournament }

// TournamentMeasures lists the measures of a tournament with the sweep's shares.
func (s *Sweep) TournamentMeasures() []string {
	out := []string{Score, Performance}
	for _, share := range s.Shares {
		if share == Half {
			out = append(out, Robustness)
		} else {
			out = append(out, Aggressiveness)
		}
	}
	return out
}

// Games returns the number of combinations of a tournament: each variant alone and, for each share,
// each ordered pair of variants.
func (s *Sweep) Games() int {
	n := len(s.players())
	return n + n*(n-1)*len(s.Shares)
}

// players returns the variants of a tournament: those of the file, crossed with the fields that it
// varies.
func (s *Sweep) players() []Variant {
	out := s.Variants
	if len(out) == 0 {
		out = []Variant{{}}
	}
	for _, a := range s.Vary {
		var crossed []Variant
		for _, v := range out {
			for i, word := range a.Words() {
				name := strings.TrimPrefix(v.Name+" + "+playerName(a.Path, word), " + ")
				crossed = append(crossed, Variant{Name: name, Set: slices.Concat(v.Set, Changes{a.Values[i]})})
			}
		}
		out = crossed
	}
	return out
}

// playerName names a value of a field: by itself if it is a word, and otherwise with the field.
func playerName(path, word string) string {
	if scenario.ValidName(word) && (word[0] < '0' || word[0] > '9') && word != "true" && word != "false" {
		return word
	}
	return path[strings.LastIndexByte(path, '.')+1:] + " " + word
}

// checkTournament checks what only tournaments have, and fills in the shares. at reports a problem
// of a change at its own place.
func (s *Sweep) checkTournament(fail failFunc, at func(o scenario.Override, format string, args ...any)) {
	if !s.IsTournament() {
		if len(s.Shares) > 0 {
			fail("shares", "are for tournaments; write kind: tournament to play variants against each other")
		}
		return
	}
	s.checkShares(fail)
	if s.given("metrics") {
		fail("metrics", "a tournament has measures of its own: %s", strings.Join(s.TournamentMeasures(), ", "))
	}
	s.Metrics = s.TournamentMeasures()
	if !s.CRN {
		fail("crn", "a tournament needs common random numbers: its runs are compared with each other, seed by seed")
	}
	if s.TargetCI > 0 {
		fail("target_ci", "is not for tournaments, whose number of seeds is that of seeds")
	}
	players := s.players()
	if len(players) < 2 {
		fail("variants", "a tournament needs two variants or more, from variants, or from fields of vary with several values")
	}
	if games := s.Games(); games > maxCells {
		fail("vary", "%d variants at %d shares give %d combinations; at most %d are played", len(players), len(s.Shares), games, maxCells)
		return
	}
	for i, v := range players {
		if slices.ContainsFunc(players[:i], func(o Variant) bool { return o.Name == v.Name }) {
			fail("variants", "two variants have the name %q", v.Name)
			break
		}
	}
	var changes []scenario.Override
	for _, v := range s.Variants {
		changes = append(changes, v.Set...)
	}
	for _, a := range s.Vary {
		changes = append(changes, a.Values[:1]...)
	}
	for _, o := range changes {
		if !strings.HasPrefix(o.Path, "client.") {
			at(o, "%s: variants of a tournament are clients of one swarm and can change fields of client only; "+
				"write what is equal for all of them in set", o.Path)
		}
	}
}

func (s *Sweep) checkShares(fail failFunc) {
	if len(s.Shares) == 0 {
		s.Shares = []Share{Half, 0.1}
	}
	for i, share := range s.Shares {
		if err := s.Shares[i].Parse(share.String()); err != nil { // what is played is what the resolved sweep says
			fail(fmt.Sprintf("shares[%d]", i), "%v", err)
		}
		switch {
		case share > Half:
			fail(fmt.Sprintf("shares[%d]", i), "%v is more than 50 %%; all ordered pairs are played, so that the rest is a share too", share)
		case i > 0 && (share >= s.Shares[i-1] || s.Shares[0] != Half):
			fail(fmt.Sprintf("shares[%d]", i), "%v is not the second of two shares; they are 50 %%, for robustness, and a smaller one, "+
				"for aggressiveness, or one of these", share)
		case i > 1:
			fail("shares", "there are %d; a tournament has at most two, 50 %% and a smaller one", len(s.Shares))
			return
		}
	}
}

// given reports whether the file or a flag sets a field.
func (s *Sweep) given(field string) bool {
	return s.flags[field] != "" || s.file != nil && s.file.Has(field)
}
