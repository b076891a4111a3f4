// Package measure computes what a record says of a swarm beyond counts and times: how leechers
// spread their upload slots over groups, how long they are interested in their neighbours, how
// many copies of each piece there are, and how early the last leecher could have completed.
//
// Each measure is a value that is fed events, or a function of values. None knows a peer or the
// network, so each is tested against examples worked by hand. Unchoking and Interest require
// their events in the order of time. sim's collector feeds them while a run is played and adds
// their results to the record's summary at its end.
//
// The measures come from the literature: Unchoking from Legout, Liogkas, Kohler, Zhang,
// "Clustering and Sharing Incentives in BitTorrent Systems" (SIGMETRICS 2007); Interest from
// Legout, Urvoy-Keller, Michiardi, "Rarest First and Choke Algorithms Are Enough" (IMC 2006);
// Bound from Kumar, Ross, "Peer-Assisted File Distribution: The Minimum Distribution Time"
// (HotWeb 2006).
package measure
