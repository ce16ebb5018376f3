package org.espalier.graph;

/**
 * One axis of one parameter that runs over channels.
 *
 * @param layer the vertex
 * @param parameter the parameter's key
 * @param axis the axis
 * @param role what the parameter has to do with the channels
 * @param ids the channel at each index of the axis
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ChannelUse(String layer, String parameter, int axis, ChannelRole role, int[] ids) {}
