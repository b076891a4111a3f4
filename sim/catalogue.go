package sim

import (
	"reflect"
	"slices"

	"swarmsim/client"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/registry"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Catalogue is what scenarios may name: the strategies of the client and the
// measures of the summary. It is the same at every call, and only to be read.
func Catalogue() scenario.Catalogue { return catalogue }

var catalogue = newCatalogue()

func newCatalogue() scenario.Catalogue {
	c := scenario.Catalogue{Measures: record.Measures(),
		GroupMeasures: record.GroupMeasures(), SeedMeasures: record.SeedMeasures(), AreaMeasures: record.AreaMeasures(),
		ScaleDefaults: backlog.ScaleDefaults, MaxOutstanding: backlog.MaxOutstanding, RefillBatch: backlog.RefillBatch,
	}
	c.Chokers = named(choke.Strategies())
	c.Pickers = named(pick.Strategies())
	c.Requests = named(backlog.Strategies())
	return c
}

// named returns what the scenario language needs to know of a list of strategies.
func named[T any](list registry.List[T]) []scenario.Named {
	var out []scenario.Named
	for _, e := range list {
		out = append(out, scenario.Named{Name: e.Name, About: e.About, Defaults: e.Defaults})
	}
	return out
}

func newBacklog(s scenario.Strategy) backlog.Rule {
	return backlog.Strategies().New(s.Name, s.Settings)
}

func newChoker(s scenario.Strategy) choke.Choker { return choke.Strategies().New(s.Name, s.Settings) }

func newPicker(s scenario.Strategy) pick.Picker { return pick.Strategies().New(s.Name, s.Settings) }

// newChokers makes a client's two chokers. Where they are the same one goes on
// as the peer becomes a seed, with all it remembers.
func newChokers(c *scenario.Client) (leeching, seeding choke.Choker) {
	leeching = newChoker(c.Choker)
	if reflect.DeepEqual(c.Choker, c.SeedChoker) {
		return leeching, leeching
	}
	return leeching, newChoker(c.SeedChoker)
}

// settings translates a scenario's client.
func settings(c *scenario.Client, corrupt float64) client.Settings {
	s := client.DefaultSettings()
	s.Rechoke, s.FirstRound, s.Snub, s.KeepAlive = c.Rechoke.Std(), c.FirstRound.Std(), c.Snub.Std(), c.KeepAlive.Std()
	s.AdaptiveTimeout = c.Patience == "paced"
	s.Idle, s.Inactive, s.Handshake = c.Idle.Std(), c.Inactive.Std(), c.Handshake.Std()
	s.ChokeAtRounds, s.ChokeOnRelease = c.Unchoke == "at-rounds" || c.Unchoke == "on-release", c.Unchoke == "on-release"
	s.ChokeOnInterest, s.InterestAtRounds = c.Unchoke == "on-interest", c.Interest == "at-rounds"
	s.ChokeAtBlocks, s.KeepWhenChoked, s.DiscardUnasked = c.Unchoke == "at-blocks", c.OnChoke == "keep", c.OnChoke == "discard"
	s.Fast, s.AllowedFast, s.FastOnInterest, s.NoAllowedFast = c.Fast, c.AllowedFast, c.FastTold == "on-interest", c.IgnoreFast
	s.AnswerCancels, s.CountCancels = c.OnCancel != "drop", c.OnCancel == "count"
	s.WriterTurns, s.MaxPeerRequests = c.Upload.Turns, c.Upload.Requests
	s.ReadDelay, s.MaxUnverified = c.Upload.Read.Std(), int64(c.Unverified)
	s.Assignment = client.Assignment(slices.Index(client.Assignments, c.Sharing))
	s.FileEndsFirst, s.Suggest, s.NoParole = c.EndsFirst, c.Suggest, c.Parole == "off"
	s.EndGame = client.EndGame(slices.Index(client.EndGames, c.EndGame))
	s.Reveal = client.Reveal(slices.Index(client.Reveals, c.Offer))
	s.RateWindow = c.RateTime.Std()
	s.Pulse, s.HaveDelay = c.Pulse.Std(), c.HaveDelay.Std()
	s.RefreshInterval = c.Refresh.Std()
	s.SendQueueBlocks, s.SendQueueTime, s.ServeAnyOrder = c.Upload.Ahead, c.Upload.AheadTime.Std(), c.Upload.Order == "any"
	s.AllowDuplicates = c.Connections.Twice
	s.DialTarget, s.MaxConnections, s.MinPeers, s.NumWant = c.Connections.Initiate, c.Connections.Total, c.Connections.Low, c.Connections.NumWant
	s.CorruptChance = corrupt
	m := &c.Misbehaviour
	s.Claim, s.ClaimAnswer, s.Hide = m.Claim, client.ClaimAnswer(max(0, slices.Index(client.ClaimAnswers, m.Answer))), m.Hide
	s.Trickle, s.Insist = float64(m.Trickle), m.Insist.Std()
	return s
}
