package lab

import (
	"fmt"
	"math"
	"strings"

	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// game is how a cell of a tournament divides the leechers: a share of each group runs the cell's
// variant, and the rest runs the opponent.
type game struct {
	opponent int // the variant itself if it plays alone
	share    sweep.Share
	id       string // identifies it in the names of PRNGs

	parties [2][]party // of the variant, and of the opponent
}

// party is a group of leechers that run the same variant.
type party struct {
	group string
	peers string // the measure that counts those that arrived
}

// parts end the names of the groups into which a group is divided: the variant's part and the
// opponent's. They name no variant, so that tables of runs have columns for both, not for each of
// the variants.
var parts = [2]string{"a", "b"}

// games lists the cells of a tournament: first each variant alone, then, for each share, each
// variant against each other one.
//
// Where a variant plays alone the groups are divided too, at the smallest share: the two parts are
// the same peers that play against each other in the other games.
func (p *Plan) games(variants []sweep.Variant, src scenario.Source) []Cell {
	var out []Cell
	smallest := p.Sweep.Shares[len(p.Sweep.Shares)-1]
	for v := range variants {
		out = append(out, p.newGame(variants, v, v, smallest, src))
	}
	for _, share := range p.Sweep.Shares {
		for v := range variants {
			for opponent := range variants {
				if opponent != v {
					out = append(out, p.newGame(variants, v, opponent, share, src))
				}
			}
		}
	}
	return out
}

// gameAt returns the index of the cell of a game.
func (p *Plan) gameAt(share, variant, opponent int) int {
	n := len(p.Variants)
	if variant == opponent {
		return variant
	}
	if opponent > variant { // a variant is no opponent of its own
		opponent--
	}
	return n + (share*n+variant)*(n-1) + opponent
}

func (p *Plan) newGame(variants []sweep.Variant, v, opponent int, share sweep.Share, src scenario.Source) Cell {
	const whole = 1_000_000
	part := int(math.Round(float64(share) * whole))
	c := Cell{Variant: v, source: src, game: &game{opponent: opponent, share: share}}
	c.source.Clients = []scenario.ClientShare{
		{Name: parts[0], Share: part, Set: variants[v].Set},
		{Name: parts[1], Share: whole - part, Set: variants[opponent].Set},
	}
	text := variants[v].Name + " alone"
	if v != opponent {
		text = fmt.Sprintf("%s as %v against %s", variants[v].Name, share, variants[opponent].Name)
		c.At = []FieldValue{{"share", share.String()}, {"opponent", variants[opponent].Name}}
	}
	c.Sets, c.game.id = []string{text}, text
	return c
}

// checkGame finds the groups of both sides, and checks that each has a peer.
func (p *Plan) checkGame(c *Cell) scenario.Problems {
	total := 0
	for _, g := range c.trial.Scenario.Groups {
		for side, part := range parts {
			if !g.Seed && g.Sybils == 0 && strings.HasSuffix(g.Name, "-"+part) {
				c.game.parties[side] = append(c.game.parties[side], party{g.Name, "groups." + g.Name + ".peers"})
				total += g.Count
			}
		}
	}
	if len(c.game.parties[0]) == 0 || len(c.game.parties[1]) == 0 {
		return scenario.Problems{p.Sweep.Problem("shares", "%v of the %s is none, group by group; "+
			"use more leechers, or a larger share", c.game.share, plural(total, "leecher"))}
	}
	return nil
}
